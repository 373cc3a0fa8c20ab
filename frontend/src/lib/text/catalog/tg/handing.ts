/** Tajik: handing in evidence, and why a file is not taken. */
import type { Translated } from '../../message.ts';
import type en from '../en/handing.ts';

export default {
  'programme.words': 'Ин чист',
  'programme.wordsHelp': 'Кӣ дод, чӣ омӯхтед ё чӣ кардед. Бе номи мизоҷон.',
  'programme.file': 'Скан ё ҳуҷҷат',
  'programme.fileHelp': 'PDF, акс, docx ё odt, то 20 МБ. Маълумот дар бораи камера ва ҷой аз файл гирифта мешавад.',
  'code.date-malformed': 'Рӯзи гузашта.',
  'handing.no.too-large': 'Файл аз ҳад калон аст.',
  'handing.no.file-empty': 'Файл холӣ аст.',
  'handing.no.file-program': 'Барномаҳо қабул намешаванд.',
  'handing.no.file-page': 'Саҳифаҳои веб ва расмҳое, ки скрипт дошта метавонанд, қабул намешаванд.',
  'handing.no.file-archive': 'Бойгониҳо қабул намешаванд: файлҳоро якто-якто фиристед.',
  'handing.no.file-old': 'Файлҳои кӯҳнаи офисӣ барнома дошта метавонанд: ҳамчун docx, xlsx, pptx ё PDF нигоҳ доред.',
  'handing.no.file-macros': 'Дар файл макрос ҳаст: бе он нигоҳ доред.',
  'handing.no.file-active': 'Дар файл объектҳои дохилшуда ё қолаби берунӣ ҳаст: ҳамчун PDF нигоҳ доред.',
  'handing.no.file-locked': 'Файл бо парол баста аст, онро тафтиш кардан мумкин нест.',
  'handing.no.file-heic': 'Суратҳои HEIC қабул намешаванд: ҳамчун JPEG фиристед.',
  'handing.no.file-place': 'Дар навор маълумоти ҷой ҳаст, ки гирифтан мумкин нест.',
  'handing.no.file-broken': 'Файл вайрон аст.',
  'handing.no.file-unknown': 'Файлҳои ин навъ қабул намешаванд.',
} satisfies Translated<typeof en>;
