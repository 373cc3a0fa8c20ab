/** Slovak: handing in evidence, and why a file is not taken. */
import type { Translated } from '../../message.ts';
import type en from '../en/handing.ts';

export default {
  'programme.words': 'Čo to je',
  'programme.wordsHelp': 'Kto to vydal, čo ste sa naučili alebo urobili. Bez mien klientov.',
  'programme.file': 'Sken alebo dokument',
  'programme.fileHelp': 'PDF, obrázok, docx alebo odt, najviac 20 MB. Údaje o fotoaparáte a mieste sa zo súboru odstránia.',
  'code.date-malformed': 'Treba deň, ktorý už bol.',
  'handing.no.too-large': 'Súbor je príliš veľký.',
  'handing.no.file-empty': 'Súbor je prázdny.',
  'handing.no.file-program': 'Programy sa neprijímajú.',
  'handing.no.file-page': 'Webové stránky a kresby, ktoré môžu niesť skripty, sa neprijímajú.',
  'handing.no.file-archive': 'Archívy sa neprijímajú: pošlite súbory po jednom.',
  'handing.no.file-old': 'Staré kancelárske súbory môžu niesť programy: uložte ako docx, xlsx, pptx alebo PDF.',
  'handing.no.file-macros': 'Súbor nesie makrá: uložte ho bez nich.',
  'handing.no.file-active': 'Súbor nesie vložené objekty alebo cudziu šablónu: uložte ho ako PDF.',
  'handing.no.file-locked': 'Súbor je zamknutý heslom a nedá sa skontrolovať.',
  'handing.no.file-heic': 'Obrázky HEIC sa neprijímajú: pošlite ako JPEG.',
  'handing.no.file-place': 'Vo videu sú miesta, ktoré sa nedajú odstrániť.',
  'handing.no.file-broken': 'Súbor je poškodený.',
  'handing.no.file-unknown': 'Súbory tohto druhu sa neprijímajú.',
} satisfies Translated<typeof en>;
