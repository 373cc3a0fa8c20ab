/** The parts that the build makes of routes.json: see build/parted-routes.ts. */
declare module '*/routes.json?near' {
  const routes: import('./lib/match.ts').Route[];
  export default routes;
}
declare module '*/routes.json?programmes' {
  const routes: import('./lib/match.ts').Route[];
  export default routes;
}
declare module '*/routes.json?live' {
  const routes: import('./lib/match.ts').Route[];
  export default routes;
}
declare module '*/routes.json?staff' {
  const routes: import('./lib/match.ts').Route[];
  export default routes;
}
