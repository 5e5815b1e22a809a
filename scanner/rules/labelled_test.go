package rules_test

const labelled = "labelled"
