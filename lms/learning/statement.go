package learning

// AnswerStatement is the statement that saves an answer, for the benchmark's handler beside which saving is
// measured. Its parameters are the attempt, the answer's id, the question, the revision, the content, the
// time and the person; it gives revision, late, newest and answered.
func AnswerStatement() string { return answerSQL }
