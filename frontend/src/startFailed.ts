/** When not even the words arrived: one sentence in every language, written here and not in a catalogue. */
const sentences: [lang: string, text: string][] = [
  ['en', 'The page could not be loaded. Check the connection and reload it; what you have done is kept.'],
  ['ru', 'Страницу не удалось загрузить. Проверьте связь и обновите её; всё сделанное сохранено.'],
  ['sk', 'Stránku sa nepodarilo načítať. Skontrolujte pripojenie a obnovte ju; čo ste urobili, je uložené.'],
  ['kk', 'Бет жүктелмеді. Байланысты тексеріп, бетті жаңартыңыз; жасағаныңыз сақталды.'],
  ['tg', 'Саҳифа бор нашуд. Алоқаро санҷед ва саҳифаро нав кунед; кори кардаатон нигоҳ дошта шудааст.'],
  ['ky', 'Барак жүктөлгөн жок. Байланышты текшерип, баракты жаңыртыңыз; жасаганыңыз сакталды.'],
];

/** Shows the sentence in the page's language first, and leaves the failure to the browser's console. */
export function showStartFailed(failure: unknown): void {
  const here = document.documentElement.lang;
  const ordered = [...sentences].sort((a, b) => Number(b[0] === here) - Number(a[0] === here));
  const box = document.createElement('div');
  box.className = 'page stack';
  box.setAttribute('role', 'alert');
  for (const [lang, text] of ordered) {
    const line = document.createElement('p');
    line.lang = lang;
    line.textContent = text;
    box.append(line);
  }
  (document.getElementById('app') ?? document.body).replaceChildren(box);
  reportError(failure);
}
