import { expect, test } from 'vitest';
import { withRepeats, withSound } from './sdp.ts';

const text = (lines: string[]) => lines.map((line) => `${line}\r\n`).join('');
const session = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0'];
const audio = ['m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9', 'a=mid:0', 'a=rtpmap:111 opus/48000/2', 'a=rtcp-fb:111 transport-cc', 'a=fmtp:111 minptime=10;useinbandfec=1', 'a=rtpmap:63 red/48000/2', 'a=fmtp:63 111/111', 'a=rtpmap:9 G722/8000'];
const video = ['m=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:1', 'a=rtpmap:96 VP8/90000'];

test('sound that is lost is asked for again', () => {
  const offer = withRepeats(text([...session, ...audio, ...video]));
  expect(offer).toBe(text([...session, ...audio.slice(0, 3), 'a=rtcp-fb:111 nack', ...audio.slice(3), ...video]));
  expect(withRepeats(offer)).toBe(offer);
  expect(withRepeats(text([...session, ...video]))).toBe(text([...session, ...video]));
});

test('an answer says how sound is sent', () => {
  const answer = text([...session, ...audio, ...video]);
  expect(withSound(answer, { ptime: 20, twice: false })).toBe(text([...session, 'm=audio 9 UDP/TLS/RTP/SAVPF 111 9 63', ...audio.slice(1), ...video]));
  expect(withSound(answer, { ptime: 60, twice: true })).toBe(text([...session, 'm=audio 9 UDP/TLS/RTP/SAVPF 63 111 9', ...audio.slice(1), 'a=ptime:60', ...video]));
  const plain = text([...session, 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=rtpmap:111 opus/48000/2']);
  expect(withSound(plain, { ptime: 20, twice: true })).toBe(plain);
});
