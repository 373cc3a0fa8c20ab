/** Webinars as the server tells of them over HTTP. */

export interface Site {
  id: string;
  name: string;
  city: string;
  zone: string;
}

export interface Webinar {
  id: string;
  title: string;
  language: string;
  agenda: { key: string; title: string; minutes?: number }[];
  starts_at: string;
  ends_at: string;
  sites: Site[];
  hosts: string[];
  role: 'host' | 'speaker' | 'viewer';
  my_sites: Site[];
  open: boolean;
  /** A host has ended it, whatever the clock says. */
  over?: boolean;
  activity_key?: string;
  guest_path?: string;
  may_manage: boolean;
  cancelled?: boolean;
  cancel_reason?: string;
}

/** A ticket and where it opens. */
export interface Admission {
  ticket: string;
  webinar: string;
  title: string;
  role: string;
  expires_at: string;
}

export interface Invitation {
  webinar: string;
  title: string;
  language: string;
  starts_at: string;
  ends_at: string;
  hosts: string[];
  open: boolean;
  /** A host has ended it, whatever the clock says. */
  over?: boolean;
  /** The guest's own, where the link is theirs alone. */
  name?: string;
}
