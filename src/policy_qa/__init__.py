"""policy_qa: cited answers over Chinese articles on AI policy."""
