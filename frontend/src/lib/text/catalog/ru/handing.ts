/** Russian: handing in evidence, and why a file is not taken. */
import type { Translated } from '../../message.ts';
import type en from '../en/handing.ts';

export default {
  'programme.words': 'Что это',
  'programme.wordsHelp': 'Кто выдал, чему научились или что сделали. Без имён клиентов.',
  'programme.file': 'Скан или документ',
  'programme.fileHelp': 'PDF, снимок, docx или odt, до 20 МБ. Сведения о камере и месте из файла убираются.',
  'code.date-malformed': 'Нужен прошедший день.',
  'handing.no.too-large': 'Файл слишком большой.',
  'handing.no.file-empty': 'Файл пуст.',
  'handing.no.file-program': 'Программы не принимаются.',
  'handing.no.file-page': 'Веб-страницы и рисунки, в которых могут быть сценарии, не принимаются.',
  'handing.no.file-archive': 'Архивы не принимаются: пришлите файлы по одному.',
  'handing.no.file-old': 'В старых офисных файлах могут быть программы: сохраните как docx, xlsx, pptx или PDF.',
  'handing.no.file-macros': 'В файле есть макросы: сохраните без них.',
  'handing.no.file-active': 'В файле есть встроенные объекты или чужой шаблон: сохраните как PDF.',
  'handing.no.file-locked': 'Файл закрыт паролем, его нельзя проверить.',
  'handing.no.file-heic': 'Снимки HEIC не принимаются: пришлите как JPEG.',
  'handing.no.file-place': 'В видео записаны места, которые нельзя убрать.',
  'handing.no.file-broken': 'Файл повреждён.',
  'handing.no.file-unknown': 'Файлы этого вида не принимаются.',
} satisfies Translated<typeof en>;
