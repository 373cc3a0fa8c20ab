// The page on which clients that are not ours send and receive: it only hands them to the test.
import { WHIPClient } from '@eyevinn/whip-web-client';
import { WebRTCPlayer } from '@eyevinn/webrtc-player';

Object.assign(window, { WHIPClient, WebRTCPlayer });
