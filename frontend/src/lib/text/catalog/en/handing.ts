/** English: handing in evidence, and why a file is not taken. Its keys and parameters are the type of every other catalogue. */
import type { Catalog } from '../../message.ts';

export default {
  'programme.words': 'What it is',
  'programme.wordsHelp': 'Who gave it, what you learnt or did. No names of clients.',
  'programme.file': 'Scan or document',
  'programme.fileHelp': 'PDF, picture, docx or odt, at most 20 MB. What the file tells of camera and place is taken out.',
  'code.date-malformed': 'This must be a day that has been.',
  'handing.no.too-large': 'The file is too large.',
  'handing.no.file-empty': 'The file is empty.',
  'handing.no.file-program': 'Programs are not taken.',
  'handing.no.file-page': 'Web pages and drawings that may carry scripts are not taken.',
  'handing.no.file-archive': 'Archives are not taken: send the files one by one.',
  'handing.no.file-old': 'Old office files may carry programs: save it as docx, xlsx, pptx or PDF.',
  'handing.no.file-macros': 'It carries macros: save it without them.',
  'handing.no.file-active': 'It carries embedded objects or a template from elsewhere: save it as PDF.',
  'handing.no.file-locked': 'It is locked with a password and cannot be checked.',
  'handing.no.file-heic': 'Pictures in HEIC are not taken: send it as JPEG.',
  'handing.no.file-place': 'The film carries places that cannot be taken out.',
  'handing.no.file-broken': 'The file is damaged.',
  'handing.no.file-unknown': 'Files of this kind are not taken.',
} as const satisfies Catalog;
