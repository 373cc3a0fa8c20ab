/** English: what is asked some months after the certificate, of its holder and of whom they work for. Its keys and parameters are the type of every other catalogue. */
import type { Catalog } from '../../message.ts';

export default {
  'followup.closed': 'The time to answer is over.',
  'supervisor.own': 'Ask your supervisor, too',
  'supervisor.ownText': 'They get four questions about your work by mail, which names you and the programme. Answers carry no name: you do not see what they said, and they do not see what you said. You may take it back.',
  'supervisor.other': 'Supervisor',
  'supervisor.otherText': 'Some months after the certificate they are asked four questions by mail, which names the person and the programme. Answers carry no name. The person sees the address and may take it back.',
  'supervisor.email': 'Supervisor’s e-mail',
  'supervisor.name': 'Name and ask',
  'supervisor.asked': '{email} is asked.',
  'supervisor.byOther': 'Your coordinator named this address.',
  'supervisor.drop': 'Take back and delete the address',
  'supervisor.wrong': 'Write an address such as name@example.org.',
  'code.own-address': 'This is the person’s own address.',
  'code.named-too-often': 'The address was changed several times already.',
} as const satisfies Catalog;
