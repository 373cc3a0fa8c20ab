/**
 * A room as full as one likes on a page of its own: the line and what flows over it are played by the test, in the
 * words of live/signal/doc.go. So many people could not be started here; how they look can be seen all the same.
 */
import type { Page, WebSocketRoute } from 'playwright-core';
import type { Parts, PartName, Person, Slot } from '../../src/lib/call/items.ts';

export type Told = { [P in PartName]?: Record<string, Partial<Parts[P]>> };

export interface Roomful {
  you: string;
  grants: string[];
  told: Told;
  /** Who of them has a picture. */
  pictures?: string[];
  /** Whose screen is shared, the first in the first section. */
  screens?: string[];
}

/** Tells the page something more. */
export type Tell = (part: PartName, key: string, item: object) => void;

/** Must be called before the page enters. What the page does is taken and answered with "ok", and noted. */
export async function fill(page: Page, room: Roomful): Promise<{ tell: Tell; asked: { t: string; d: unknown }[]; say: (type: string, data: object) => void }> {
  let line: WebSocketRoute | undefined;
  let number = 0;
  const asked: { t: string; d: unknown }[] = [];
  const send = (message: object) => line?.send(JSON.stringify(message));
  const tell: Tell = (part, key, item) => send({ t: 'put', n: ++number, d: { part, key, item } });
  await page.routeWebSocket(/\/socket$/, (socket) => {
    line = socket;
    socket.onMessage((text) => void answer(JSON.parse(String(text)) as { t: string; id: string; d: { offer?: string } }));
  });
  await page.route(/\/decks\/[^/]+\/\d+\?/, (route) => {
    const [, n] = /\/(\d+)\?/.exec(route.request().url()) ?? [];
    return route.fulfill({ contentType: 'image/svg+xml', body: drawing(Number(n)) });
  });

  async function answer({ t, id, d }: { t: string; id: string; d: { offer?: string } }): Promise<void> {
    if (t === 'hello') {
      send({ t: 'welcome', d: { seat: 's', you: room.you, room: 'demo', number: 0, whole: true, now: Date.now(), grants: room.grants, key: 'k' } });
      for (const [part, items] of Object.entries(room.told)) for (const [key, item] of Object.entries(items)) tell(part as PartName, key, item);
      return send({ t: 'ready', d: {} });
    }
    asked.push({ t, d });
    if (t !== 'media.play' && t !== 'media.publish') return send({ t: 'ok', re: id, d: {} });
    const { sdp, mids } = await page.evaluate(play, { offer: d.offer ?? '', sends: t === 'media.play' });
    send({ t: 'ok', re: id, d: { answer: sdp } });
    if (t !== 'media.play') return;
    const slots: Record<string, Slot> = {};
    const shown = [...(room.screens ?? []).map((person) => [person, 'screen'] as const), ...(room.pictures ?? []).map((person) => [person, 'cam'] as const)];
    for (const [i, [person, source]] of shown.entries()) {
      const mid = mids[i];
      if (mid) slots[mid] = { track: `${person}/${source}`, person, source };
    }
    send({ t: 'slots', d: slots });
  }
  return { tell, asked, say: (type, data) => send({ t: type, d: data }) };
}

/** In the page: the other end of its connection, which sends drawn pictures where it is to send. */
async function play({ offer, sends }: { offer: string; sends: boolean }): Promise<{ sdp: string; mids: string[] }> {
  const peer = new RTCPeerConnection();
  const kept = window as unknown as { ends?: RTCPeerConnection[] };
  (kept.ends ??= []).push(peer);
  await peer.setRemoteDescription({ type: 'offer', sdp: offer });
  const mids: string[] = [];
  for (const [i, each] of peer.getTransceivers().entries()) {
    each.direction = sends ? 'sendonly' : 'recvonly';
    if (!sends || each.receiver.track.kind !== 'video') continue;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [320, 180];
    const pen = canvas.getContext('2d');
    let turn = 0;
    const draw = () => {
      if (!pen) return;
      pen.fillStyle = `hsl(${(i * 47) % 360} 30% 42%)`;
      pen.fillRect(0, 0, 320, 180);
      pen.fillStyle = `hsl(${(i * 47 + 30) % 360} 35% 78%)`;
      const sway = Math.sin(++turn / 5) * 4;
      for (const x of [90, 160, 230]) {
        pen.beginPath();
        pen.arc(x + sway, 78, 22, 0, 7);
        pen.rect(x - 32 + sway, 108, 64, 72);
        pen.fill();
      }
    };
    setInterval(draw, 250);
    draw();
    const [track] = canvas.captureStream(4).getVideoTracks();
    if (track) await each.sender.replaceTrack(track);
    if (each.mid) mids.push(each.mid);
  }
  const gathered = new Promise<void>((over) => {
    peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && over();
    setTimeout(over, 1_000);
  });
  await peer.setLocalDescription(await peer.createAnswer());
  await gathered;
  return { sdp: peer.localDescription?.sdp ?? '', mids };
}

const drawing = (n: number) => `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720"><rect width="1280" height="720" fill="#fff"/><rect x="80" y="90" width="900" height="60" fill="#0b5b5a"/>${[0, 1, 2, 3].map((i) => `<rect x="80" y="${230 + i * 100}" width="${1000 - i * 120}" height="36" fill="#c5d2d0"/>`).join('')}<text x="1200" y="680" font-size="44" font-family="sans-serif">${n}</text></svg>`;

export const cities: [string, string, number][] = [
  ['Алматы', 'Asia/Almaty', 12], ['Астана', 'Asia/Almaty', 7], ['Өскемен', 'Asia/Almaty', 5], ['Душанбе', 'Asia/Dushanbe', 14], ['Хуҷанд', 'Asia/Dushanbe', 6],
  ['Бишкек', 'Asia/Bishkek', 9], ['Ош', 'Asia/Bishkek', 4], ['Казань', 'Europe/Moscow', 3], ['Санкт-Петербург, Василеостровский район', 'Europe/Moscow', 11],
];

/** A trainer, nine sites, an expert and as many others as are asked for. */
export function people(others: number): Record<string, Person> {
  const list: Record<string, Person> = {
    p1: { name: 'Ирина Белова', kind: 'person', role: 'host', line: 'on', mic: true, cam: false, city: 'Москва', zone: 'Europe/Moscow' },
    p2: { name: 'Jana Nováková-Svobodová', kind: 'guest', role: 'speaker', line: 'on', mic: true, cam: true },
  };
  for (const [i, [city, zone, heads]] of cities.entries()) {
    list[`p${i + 3}`] = { name: city, city, zone, heads, kind: 'site', role: 'audience', line: i === 6 ? 'away' : i === 4 ? 'phone' : 'on', mic: i === 3, cam: i !== 1 && i !== 4 && i !== 6, ...(i === 2 ? { hand: 5 } : {}), ...(i === 4 ? { phone: '+992 3422 6 00 00' } : {}) };
  }
  const names = ['Алия Сатпаева', 'Нұрлан Жақсылықов', 'Зебунисо Раҳмонова', 'Айгүл Токтосунова', 'Пётр Вознесенский', 'Мария Константинопольская-Рождественская', 'Фарҳод Саидов', 'Eva Kováčová'];
  for (let i = 0; i < others; i++) {
    list[`p${i + 12}`] = { name: `${names[i % names.length]}`, city: cities[i % 9]?.[0] ?? '', zone: cities[i % 9]?.[1] ?? '', kind: 'person', role: 'audience', line: i === 5 ? 'away' : 'on', ...(i === 1 || i === 6 ? { hand: 10 + i } : {}) };
  }
  return list;
}

const words = ['Спасибо, очень полезно!', 'А как быть, если женщина не хочет говорить с полицией, а время идёт и билет уже куплен на завтра?', 'Біз естіп тұрмыз', 'https://example.org/very/long/path/to/materials-for-all-centres-2026.pdf', 'Ҳама чиз хуб', 'Да', 'У нас в центре мы договорились с консульством; могу прислать образец письма всем, кому нужно.'];

/** Thirty people, nine sites, a hundred lines, and something in every panel; as the one who leads or as one who listens. */
export function crowd(role: 'host' | 'audience'): Roomful {
  const host = role === 'host';
  const you = host ? 'p1' : 'p12';
  const now = Date.now();
  return {
    you,
    grants: host ? ['host', 'publish', 'slides', 'files'] : ['files'],
    pictures: ['p3', 'p5', 'p6', 'p8', 'p10', 'p11', 'p2'],
    told: {
      room: { room: { title: 'Помощь помогающим: девять центров на связи', language: 'ru', layout: 'grid', chat: 'all', agenda: [{ key: 'a', title: 'Знакомство' }, { key: 'b', title: 'Как замечать выгорание у себя и у коллег, и что с этим делать' }, { key: 'c', title: 'Опыт центров по очереди' }], agenda_at: 'b' } },
      people: people(20),
      chat: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`c${i}`, { from: `p${1 + ((i * 5) % 30)}`, to: host && i % 17 === 3 ? 'hosts' : i % 23 === 5 ? you : '', text: words[i % words.length] ?? '', at: now - (100 - i) * 40_000, ...(i % 29 === 7 ? { hidden: true } : {}) }])),
      timer: { timer: { ends: now + 272_000, label: 'Работа в группах' } },
      notes: { notes: { text: 'Договорились:\n1. Перерыв каждый час.\n2. Дежурный психолог на связи.\n', version: 3, by: 'p5' } },
      questions: {
        q0: { text: 'Как отказать, не обидев?', from: 'p4', name: 'Зебунисо Раҳмонова', at: now, votes: 7, mine: true, state: 'answering' },
        q1: { text: 'Можно ли передавать данные пострадавшей в другую страну без её письменного согласия, если она сама об этом просит?', from: '', name: '', at: now - 60_000, votes: 4, mine: false, state: 'open' },
        q2: { text: 'Кто платит за перевод?', from: 'p6', name: 'Пётр Вознесенский', at: now - 120_000, votes: 1, mine: false, state: 'answered' },
      },
      polls: {
        v1: { question: 'Сколько часов вы спали?', kind: 'single', options: [{ key: 'a', text: 'Меньше шести' }, { key: 'b', text: 'Шесть и больше' }], state: 'closed', anonymous: true, voted: true, votes: 41, at: now, shown: true, results: { a: 17, b: 24 } },
      },
      decks: host ? { d1: { title: 'Профилактика выгорания: материалы для девяти центров', pages: 14, by: 'p1', at: 1, notes: { 2: 'Сначала спросить Алматы.' } }, d2: { title: 'Опыт центра в Душанбе', pages: 5, by: 'p6', at: 2 } } : {},
      files: { f1: { name: 'Памятка для сотрудников региональных центров (исправленная).pdf', size: 1_234_567, type: 'application/pdf', from: 'p6', at: now } },
    },
  };
}
