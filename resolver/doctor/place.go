package doctor

import (
	"strings"

	"github.com/awscred/awscred/resolver"
)

// A Place is where a program runs, as far as local evidence tells.
type Place struct {
	// Name is "ec2", "ecs", "eks", "lambda", "codebuild", "cloudshell" or ""
	// if nothing speaks for any of them.
	Name string
	// Where is the evidence.
	Where []resolver.Evidence
}

// maxDMI bounds what is read of a file in /sys; they hold a word.
const maxDMI = 4096

// Look judges from local evidence where the Host's program runs. It makes no
// request: a machine may be an EC2 instance and not show it.
func Look(h *resolver.Host) Place {
	for _, see := range []func(*resolver.Host) (Place, bool){
		seeLambda, seeEKS, seeECS, seeCodeBuild, seeCloudShell, seeEC2,
	} {
		if p, ok := see(h); ok {
			return p
		}
	}
	return Place{}
}

func seeVariable(h *resolver.Host, place, variable string, match func(string) bool) (Place, bool) {
	value := h.Getenv(variable)
	if value == "" || match != nil && !match(value) {
		return Place{}, false
	}
	return Place{place, []resolver.Evidence{resolver.Env(variable)}}, true
}

// seeLambda: the runtime's variables, docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
func seeLambda(h *resolver.Host) (Place, bool) {
	return seeVariable(h, "lambda", "AWS_LAMBDA_FUNCTION_NAME", nil)
}

// seeEKS: what the pod identity webhook and agent inject,
// docs.aws.amazon.com/eks/latest/userguide/pod-configuration.html.
func seeEKS(h *resolver.Host) (Place, bool) {
	if p, ok := seeVariable(h, "eks", "AWS_WEB_IDENTITY_TOKEN_FILE", inEKSSecrets); ok {
		return p, true
	}
	return seeVariable(h, "eks", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", inEKSSecrets)
}

func inEKSSecrets(name string) bool {
	return strings.HasPrefix(name, "/var/run/secrets/eks.amazonaws.com/") ||
		strings.HasPrefix(name, "/var/run/secrets/pods.eks.amazonaws.com/")
}

// seeECS: docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html.
func seeECS(h *resolver.Host) (Place, bool) {
	for _, variable := range []string{
		"ECS_CONTAINER_METADATA_URI_V4", "ECS_CONTAINER_METADATA_URI",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
	} {
		if p, ok := seeVariable(h, "ecs", variable, nil); ok {
			return p, true
		}
	}
	return Place{}, false
}

func seeCodeBuild(h *resolver.Host) (Place, bool) {
	return seeVariable(h, "codebuild", "CODEBUILD_BUILD_ARN", nil)
}

func seeCloudShell(h *resolver.Host) (Place, bool) {
	return seeVariable(h, "cloudshell", "AWS_EXECUTION_ENV", func(v string) bool { return v == "CloudShell" })
}

// seeEC2 reads what the hypervisor shows,
// docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html.
func seeEC2(h *resolver.Host) (Place, bool) {
	for _, sign := range []struct{ file, prefix string }{
		{"/sys/devices/virtual/dmi/id/sys_vendor", "amazon ec2"},
		{"/sys/devices/virtual/dmi/id/bios_vendor", "amazon ec2"},
		{"/sys/devices/virtual/dmi/id/board_asset_tag", "i-"},
		{"/sys/devices/virtual/dmi/id/product_uuid", "ec2"},
		{"/sys/hypervisor/uuid", "ec2"},
	} {
		data, err := h.ReadFile(sign.file, maxDMI)
		if err == nil && strings.HasPrefix(strings.ToLower(strings.TrimSpace(string(data))), sign.prefix) {
			return Place{"ec2", []resolver.Evidence{resolver.File(sign.file, 0)}}, true
		}
	}
	return Place{}, false
}
