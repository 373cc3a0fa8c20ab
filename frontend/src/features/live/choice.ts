/** What somebody chose about devices, kept on this device alone. */
import type { SoundUse } from '../../lib/call/devices.ts';
import type { Save } from '../../lib/call/meter.ts';

export interface DeviceChoice {
  camera: string;
  microphone: string;
  speaker: string;
  sound: SoundUse;
  /** Whether what is behind one is blurred. */
  blur: boolean;
  save: Save;
  /** Whether single letters do something in the room. */
  keys: boolean;
}

const key = 'mostik.live.devices';
const plain: DeviceChoice = { camera: '', microphone: '', speaker: '', sound: 'voice', blur: false, save: 'off', keys: true };

export function readChoice(): DeviceChoice {
  try {
    return { ...plain, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<DeviceChoice>) };
  } catch {
    return { ...plain };
  }
}

export function keepChoice(choice: DeviceChoice): void {
  try {
    localStorage.setItem(key, JSON.stringify(choice));
  } catch {
    // Without storage one chooses again next time.
  }
}

/** What a console calls itself, as long as the tab lives: a reload takes the place of the line before. */
export function consoleName(): string {
  const key = 'mostik.live.console';
  const fresh = Math.random().toString(36).slice(2, 12);
  try {
    const name = sessionStorage.getItem(key) ?? fresh;
    sessionStorage.setItem(key, name);
    return name;
  } catch {
    return fresh;
  }
}

/** The seat's secret lives as long as the tab: a reload comes back to the same place. */
export function seatOf(webinar: string, site: string): { read: () => string; write: (secret: string) => void } {
  const name = `mostik.live.seat.${webinar}.${site}`;
  let here = '';
  return {
    read: () => {
      try {
        return sessionStorage.getItem(name) ?? here;
      } catch {
        return here;
      }
    },
    write: (secret) => {
      here = secret;
      try {
        sessionStorage.setItem(name, secret);
      } catch {
        // The page itself remembers it until it is closed.
      }
    },
  };
}
