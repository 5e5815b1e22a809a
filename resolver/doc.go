// Package resolver is the model of a credential chain: the machine as a value
// ([Host]), what an SDK does as a value ([SDK]), and the account of one
// resolution ([Trace]).
//
// Every SDK asks its sources in an order of its own: the code, the
// environment, the shared files, a container's endpoint, the role of the
// machine. There are two kinds of chain. One picks a source by what is
// configured and lives with it ([PickOne]: Go, Terraform); the other tries its
// sources in turn ([TryInTurn]: botocore, JavaScript, Java, Rust and the
// rest). Everything else in which SDKs differ is data: the links and their
// options in package sdk, the dialects of the files in package profile.
//
// A link looks at local evidence only and answers with a [Step] (what it
// offers, and why) and a [Plan] (how the keys would be got). Nothing here runs
// a plan: that is the work of a [Carrier], which package live provides. So
// there are two depths. *Selected*: what variables, files and local evidence
// say. *Resolved*: the plans were carried out as the SDK would. Between them
// stands the [Prober], which asks whether a source is there and gets no keys.
//
// A Step never holds a secret. Winner, shadowed sources and outcome are derived
// from the Steps, never stored beside them.
//
// Nothing in this package or below it, apart from package live, touches the
// machine: the zero Host sees nothing.
package resolver
