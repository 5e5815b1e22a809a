package code

// An Environment is that of a program which a configuration file starts, or has
// started: a service of Docker Compose, a job, a function.
type Environment struct {
	// Name tells whose it is, as a person would: "service web".
	Name string
	// Away is true if nothing of this machine's environment and files is there.
	Away bool
	// Program is true if one program of one's own runs there, and none of AWS's
	// tools.
	Program bool
	// Within are the environments of the same file that it has the variables of,
	// the outermost last.
	Within []string
	// Instead is what gives credentials there without keys in a file.
	Instead string
}

// What AWS advises in place of keys, by what runs the program.
// docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html,
// "Require workloads to use temporary credentials with IAM roles".
const (
	insteadContainer = "the task's role on ECS, EKS Pod Identity or IRSA on EKS"
	insteadPod       = "EKS Pod Identity or IRSA: a role of the pod's service account"
	insteadJob       = "a role that the job assumes with its OIDC token"
	insteadFunction  = "the function's execution role"
	insteadUnit      = "the role of the instance"
	insteadHere      = "a profile of IAM Identity Center (SSO) or aws login, named by AWS_PROFILE"
)

func container(name string) Environment {
	return Environment{Name: name, Away: true, Program: true, Instead: insteadContainer}
}

func pod(name string) Environment {
	return Environment{Name: name, Away: true, Program: true, Instead: insteadPod}
}

func function(name string) Environment {
	return Environment{Name: name, Away: true, Program: true, Instead: insteadFunction}
}

func ciJob(name string, within ...string) Environment {
	return Environment{Name: name, Away: true, Instead: insteadJob, Within: within}
}

func onMachine(name string, within ...string) Environment {
	return Environment{Name: name, Instead: insteadHere, Within: within}
}
