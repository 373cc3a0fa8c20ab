/** Centres that come into a room, each on a line of its own with a moving picture, all of them on one page. */
import type { Page } from 'playwright-core';
import type { Api } from './api.ts';

/** Sends a drawn, moving picture for each centre, as long as the page stays. The page must be of the same server. */
export async function sites(page: Page, api: Api, webinar: string, centres: readonly string[]): Promise<void> {
  const tickets: string[] = [];
  for (const site of centres) tickets.push((await api.post<{ ticket: string }>(`/webinars/${webinar}/ticket`, { site })).ticket);
  await page.evaluate(publish, { at: `${api.url.replace('http', 'ws')}/api/v1/webinars/${webinar}/socket`, tickets });
}

async function publish({ at, tickets }: { at: string; tickets: string[] }): Promise<void> {
  const peers: RTCPeerConnection[] = [];
  Object.assign(window, { peers });
  for (const [i, ticket] of tickets.entries()) {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [320, 180];
    const pen = canvas.getContext('2d');
    let turn = 0;
    const draw = () => {
      if (!pen) return;
      pen.fillStyle = `hsl(${i * 47} 30% 42%)`;
      pen.fillRect(0, 0, 320, 180);
      pen.fillStyle = `hsl(${i * 47 + 30} 35% 78%)`;
      const sway = Math.sin(++turn / 5) * 4;
      for (const x of [90, 160, 230]) {
        pen.beginPath();
        pen.arc(x + sway, 78, 22, 0, 7);
        pen.rect(x - 32 + sway, 108, 64, 72);
        pen.fill();
      }
    };
    draw();
    setInterval(draw, 250);
    const peer = new RTCPeerConnection();
    peers.push(peer);
    for (const track of canvas.captureStream(4).getVideoTracks()) peer.addTransceiver(track, { direction: 'sendonly' });
    await peer.setLocalDescription(await peer.createOffer());
    const tracks = peer.getTransceivers().map(({ mid }) => ({ mid, source: 'cam' }));
    const answer = await new Promise<string>((done, failed) => {
      const line = new WebSocket(at, 'mostik.1');
      const send = (t: string, id: string, d: object) => line.send(JSON.stringify({ t, id, d }));
      line.onopen = () => send('hello', 'in', { ticket, language: 'ru' });
      line.onclose = (event) => failed(new Error(`the line of a site ended: ${event.code} ${event.reason}`));
      line.onmessage = ({ data }) => {
        const said = JSON.parse(String(data)) as { t: string; re?: string; d: { answer?: string } };
        if (said.t === 'ready') send('media.publish', 'up', { offer: peer.localDescription?.sdp, tracks });
        if (said.re !== 'up') return;
        if (said.d.answer === undefined) failed(new Error(String(data)));
        else done(said.d.answer);
      };
    });
    await peer.setRemoteDescription({ type: 'answer', sdp: answer });
  }
}
