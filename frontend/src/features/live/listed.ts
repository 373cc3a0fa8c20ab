/** Devices as a list to choose from; before a permission they have no names. */
import { t } from '../../lib/text/text.svelte.ts';

export const listed = (list: readonly MediaDeviceInfo[]): { value: string; label: string }[] => [
  { value: '', label: t('lobby.default') },
  ...list.map((each) => ({ value: each.deviceId, label: each.label || each.deviceId.slice(0, 8) })),
];
