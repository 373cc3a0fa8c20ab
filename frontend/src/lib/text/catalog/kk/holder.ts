/** Kazakh: what the holder of a certificate reads beside it. */
import type { Translated } from '../../message.ts';
import type en from '../en/holder.ts';

export default {
  'certificate.participation': 'Қатысу сертификаты.',
  'certificate.fromPaper': '«{issuer}» берген қағаз құжаттан енгізілген.',
  'certificate.renewNow': 'Оны қазір ұзартуға болады: бағдарламаның қысқа жолымен немесе үйлестіруші арқылы.',
  'certificate.renewFrom': 'Оны {date} бастап ұзартуға болады.',
  'certificate.ask': 'Неліктен екенін және не істеуге болатынын үйлестірушіңіз айтады.',
  'certificate.newer': 'Жаңасына өту',
  'certificate.scan': 'Сканды жүктеп алу',
  'certificate.recognised': 'Кім таниды',
} satisfies Translated<typeof en>;
