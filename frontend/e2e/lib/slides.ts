/** A small document for tests. */

/** Two pages with a word each, as small as a PDF can be. */
export function slides(): Buffer {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>',
    ...['One', 'Two'].flatMap((word, i) => {
      const text = `BT /F 96 Tf 80 160 Td (Page ${word}) Tj ET`;
      return [`<</Type/Page/Parent 2 0 R/MediaBox[0 0 640 360]/Contents ${4 + 2 * i} 0 R/Resources<</Font<</F 7 0 R>>>>>>`, `<</Length ${text.length}>>stream\n${text}\nendstream`];
    }),
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ];
  let file = '%PDF-1.4\n';
  const at: number[] = [];
  for (const [i, body] of objects.entries()) {
    at.push(file.length);
    file += `${i + 1} 0 obj${body}endobj\n`;
  }
  const table = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${at.map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}`;
  return Buffer.from(`${file}trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`, 'latin1');
}
