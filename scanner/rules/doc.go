// Package rules holds what awscred looks for, as values: its own rules for AWS
// credentials, and the rules that gitleaks publishes, read from the
// configuration that its module embeds. A user's .gitleaks.toml is read with the
// same loader.
//
// The semantics of the TOML are those of gitleaks v8.30.1
// (config/config.go, config/rule.go, config/allowlist.go), with these
// differences, all towards saying more:
//
//   - an unknown key, a duplicate rule id, an empty set of rules, a pattern that
//     does not compile or that can match nothing at all are errors, where
//     gitleaks ignores them or panics;
//   - a table [awscred] may switch rules off and set severities;
//   - awscred's own AWS rules are part of every set and replace gitleaks'
//     aws-access-token, whose allowlists they take over. A configuration that
//     disables aws-access-token disables them as far as ids are concerned.
//
// The package reads no files and keeps no state.
package rules
