"""How a team hands its records over in one go, and gets them back: xlsx, CSV folder or zip."""
