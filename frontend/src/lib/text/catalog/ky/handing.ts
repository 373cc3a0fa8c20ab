/** Kyrgyz: handing in evidence, and why a file is not taken. */
import type { Translated } from '../../message.ts';
import type en from '../en/handing.ts';

export default {
  'programme.words': 'Бул эмне',
  'programme.wordsHelp': 'Ким берди, эмнени үйрөндүңүз же эмне кылдыңыз. Кардарлардын атысыз.',
  'programme.file': 'Скан же документ',
  'programme.fileHelp': 'PDF, сүрөт, docx же odt, эң көбү 20 МБ. Камера жана орун тууралуу маалымат файлдан алынат.',
  'code.date-malformed': 'Өткөн күн.',
  'handing.no.too-large': 'Файл өтө чоң.',
  'handing.no.file-empty': 'Файл бош.',
  'handing.no.file-program': 'Программалар кабыл алынбайт.',
  'handing.no.file-page': 'Сценарийи болушу мүмкүн веб-барактар жана чиймелер кабыл алынбайт.',
  'handing.no.file-archive': 'Архивдер кабыл алынбайт: файлдарды бирден жөнөтүңүз.',
  'handing.no.file-old': 'Эски кеңсе файлдарында программа болушу мүмкүн: docx, xlsx, pptx же PDF кылып сактаңыз.',
  'handing.no.file-macros': 'Файлда макрос бар: макроссуз сактаңыз.',
  'handing.no.file-active': 'Файлда кыстарылган объекттер же сырттан алынган үлгү бар: PDF кылып сактаңыз.',
  'handing.no.file-locked': 'Файл сырсөз менен жабылган, текшерүү мүмкүн эмес.',
  'handing.no.file-heic': 'HEIC сүрөттөрү кабыл алынбайт: JPEG кылып жөнөтүңүз.',
  'handing.no.file-place': 'Видеодо алып салууга мүмкүн эмес жер маалыматы бар.',
  'handing.no.file-broken': 'Файл бузулган.',
  'handing.no.file-unknown': 'Мындай файлдар кабыл алынбайт.',
} satisfies Translated<typeof en>;
