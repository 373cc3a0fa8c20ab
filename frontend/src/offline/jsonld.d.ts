/** The one function of jsonld that is used here; the package brings no types of its own. */
declare module 'jsonld' {
  interface Options {
    algorithm: string;
    format: string;
    safe: boolean;
    base: null;
    documentLoader: (url: string) => Promise<{ contextUrl: null; documentUrl: string; document: unknown }>;
    canonizeOptions: { createMessageDigest: () => { update(text: string): void; digest(): Promise<string> } };
  }
  const jsonld: { canonize(document: object, options: Options): Promise<string> };
  export default jsonld;
}
