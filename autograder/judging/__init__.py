"""The trusted side: questions a student's code over the wire and says what it is worth."""
