/** Where unsent entries lie: one object store of IndexedDB, in the order in which they were made. */

export interface Entry {
  /** Made on the device; a repeat under the same id is the same act. */
  id: string;
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  body: unknown;
  /** Entries of a group are sent in order; groups do not wait for each other. */
  group: string;
  /** When it was made, in milliseconds of the device's clock. */
  at: number;
  /** Who made it. It is never sent in another person's session. */
  person: string;
  /** Set when the server refused it for good: it is kept and shown, and not sent again. */
  refused?: { status: number; code: string };
}

/** An entry with its place in the queue, which the database gives. */
export type Stored = Entry & { seq: number };

const databaseName = 'mostik';
const storeName = 'outbox';

export class Store {
  #opened: Promise<IDBDatabase> | undefined;

  async add(entry: Entry): Promise<void> {
    await this.#run('readwrite', (store) => store.add(entry));
  }

  /** All entries in order, of every person: a shared phone may hold several people's. */
  async all(): Promise<Stored[]> {
    return (await this.#run('readonly', (store) => store.getAll())) as Stored[];
  }

  async put(entry: Stored): Promise<void> {
    await this.#run('readwrite', (store) => store.put(entry));
  }

  async remove(seq: number): Promise<void> {
    await this.#run('readwrite', (store) => store.delete(seq));
  }

  /** Runs one request in a transaction and waits until the transaction is durable, not only answered. */
  async #run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(storeName, mode, mode === 'readwrite' ? { durability: 'strict' } : {});
      const asked = work(transaction.objectStore(storeName));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('outbox: aborted'));
    });
  }

  #open(): Promise<IDBDatabase> {
    this.#opened ??= new Promise<IDBDatabase>((resolve, reject) => {
      const asked = indexedDB.open(databaseName, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(storeName, { keyPath: 'seq', autoIncrement: true });
      asked.onerror = () => reject(asked.error ?? new Error('outbox: cannot open'));
      asked.onsuccess = () => {
        const database = asked.result;
        // Another tab with a newer version must be able to upgrade; the next use opens again.
        database.onversionchange = () => {
          database.close();
          this.#opened = undefined;
        };
        database.onclose = () => {
          this.#opened = undefined;
        };
        resolve(database);
      };
    });
    this.#opened.catch(() => {
      this.#opened = undefined;
    });
    return this.#opened;
  }
}
