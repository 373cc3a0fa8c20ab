/** Russian: a self-check, which is answered and scored on the device. */
import type { Translated } from '../../message.ts';
import type en from '../en/check.ts';

export default {
  'selfcheck.private': 'Это видите только вы',
  'selfcheck.privateText': 'Результат считается на этом устройстве. Ничего не отправляется, даже то, что вы это открыли.',
  'selfcheck.show': 'Показать мой результат',
  'selfcheck.result': 'Ваш результат',
  'selfcheck.of100': '{score} из 100',
  'selfcheck.tooFew': 'Слишком мало ответов для результата.',
  'selfcheck.more': 'на {n} больше, чем {date}',
  'selfcheck.less': 'на {n} меньше, чем {date}',
  'selfcheck.same': 'как {date}',
  'selfcheck.meaning': 'Это не диагноз. Чем больше число, тем сильнее нагрузка. Если число вас тревожит, поговорите с тем, кому доверяете.',
  'selfcheck.contacts': 'К кому можно обратиться',
  'selfcheck.keep': 'Сохранить на этом устройстве для сравнения',
  'selfcheck.keptHere': 'Сохранено только на этом устройстве.',
  'selfcheck.forget': 'Удалить сохранённое',
  'selfcheck.again': 'К вопросам',
} as const satisfies Translated<typeof en>;
