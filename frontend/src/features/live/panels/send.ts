/** Sends a file as it is, and tells how far it is. Gives the code of a refusal, "" when it was taken. */
export function sendFile(address: string, file: File, told: (share: number) => void): Promise<string> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch cannot tell how much was sent
    request.open('POST', address);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = (event) => told(event.lengthComputable ? event.loaded / event.total : 0);
    request.onerror = () => resolve('line');
    request.onload = () => {
      if (request.status < 300) return resolve('');
      try {
        resolve((JSON.parse(request.responseText) as { code?: string }).code || 'other');
      } catch {
        resolve(request.status === 413 ? 'too-large' : 'other');
      }
    };
    request.send(file);
  });
}
