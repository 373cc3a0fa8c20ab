/** Slovak: what is asked some months after the certificate, of its holder and of whom they work for. */
import type { Translated } from '../../message.ts';
import type en from '../en/supervisor.ts';

export default {
  'followup.closed': 'Čas na odpoveď uplynul.',
  'supervisor.own': 'Opýtať sa aj vášho nadriadeného',
  'supervisor.ownText': 'Dostane e-mailom štyri otázky o vašej práci; v e-maile je vaše meno a program. Odpovede sú bez mena: nevidíte, čo povedal, a on nevidí, čo ste povedali vy. Môžete to stiahnuť.',
  'supervisor.other': 'Nadriadený',
  'supervisor.otherText': 'Niekoľko mesiacov po certifikáte dostane e-mailom štyri otázky; v e-maile je meno človeka a program. Odpovede sú bez mena. Človek adresu vidí a môže ju stiahnuť.',
  'supervisor.email': 'E-mail nadriadeného',
  'supervisor.name': 'Uviesť a opýtať sa',
  'supervisor.asked': 'Opýtame sa: {email}.',
  'supervisor.byOther': 'Túto adresu uviedol váš koordinátor.',
  'supervisor.drop': 'Stiahnuť a vymazať adresu',
  'supervisor.wrong': 'Napíšte adresu, napríklad name@example.org.',
  'code.own-address': 'Toto je adresa samotného človeka.',
  'code.named-too-often': 'Adresa sa už niekoľkokrát menila.',
} satisfies Translated<typeof en>;
