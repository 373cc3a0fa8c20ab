/** Gives a stream to a video or audio element for as long as both are there. */
export const attach = (stream: MediaStream | undefined) => (element: HTMLMediaElement) => {
  if (element.srcObject !== (stream ?? null)) element.srcObject = stream ?? null;
  if (stream) void element.play().catch(() => undefined); // a page that may not play by itself offers a press
  return () => {
    element.srcObject = null;
  };
};
