"""What the judge and a student's code say to each other: questions, answers, refusals."""
