/** Kazakh: handing in evidence, and why a file is not taken. */
import type { Translated } from '../../message.ts';
import type en from '../en/handing.ts';

export default {
  'programme.words': 'Бұл не',
  'programme.wordsHelp': 'Кім берді, не үйрендіңіз немесе не істедіңіз. Клиенттердің аты-жөнінсіз.',
  'programme.file': 'Скан немесе құжат',
  'programme.fileHelp': 'PDF, сурет, docx немесе odt, ең көбі 20 МБ. Камера мен орын туралы мәлімет алынып тасталады.',
  'code.date-malformed': 'Өткен күн.',
  'handing.no.too-large': 'Файл тым үлкен.',
  'handing.no.file-empty': 'Файл бос.',
  'handing.no.file-program': 'Бағдарламалар қабылданбайды.',
  'handing.no.file-page': 'Сценарийі болуы мүмкін веб-беттер мен сызбалар қабылданбайды.',
  'handing.no.file-archive': 'Мұрағаттар қабылданбайды: файлдарды бір-бірден жіберіңіз.',
  'handing.no.file-old': 'Ескі кеңсе файлдарында бағдарлама болуы мүмкін: docx, xlsx, pptx немесе PDF етіп сақтаңыз.',
  'handing.no.file-macros': 'Файлда макрос бар: макроссыз сақтаңыз.',
  'handing.no.file-active': 'Файлда кірістірілген нысандар немесе сырттан алынатын үлгі бар: PDF етіп сақтаңыз.',
  'handing.no.file-locked': 'Файл құпиясөзбен жабылған, тексеру мүмкін емес.',
  'handing.no.file-heic': 'HEIC суреттері қабылданбайды: JPEG етіп жіберіңіз.',
  'handing.no.file-place': 'Бейнеде алып тастау мүмкін емес орын деректері бар.',
  'handing.no.file-broken': 'Файл бүлінген.',
  'handing.no.file-unknown': 'Мұндай файлдар қабылданбайды.',
} satisfies Translated<typeof en>;
