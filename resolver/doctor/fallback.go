package doctor

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/awscred/awscred/resolver"
)

// metadataHopLimit finds containers on an EC2 instance to which the metadata
// service gave no answer in time. Its answer to the request for a session token
// dies on the way if it may take one hop only, which is the default
// (docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html).
func metadataHopLimit(v *view) []Warning {
	instance, ok := seeEC2(v.Host)
	sign, inside := v.container()
	if !ok || !inside {
		return nil
	}
	for _, t := range v.Traces {
		for s := range reached(t) {
			if s.Source != resolver.FromIMDS || !tokenLost(s.Reason) {
				continue
			}
			fix := "aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2 --instance-id " + v.instanceID()
			if sign.Name == kubernetesVar {
				fix = "give the pod a role: " + v.podIdentity() + "; or share that of the node: " + fix
			}
			return one(Warning{
				Message: "this is a container on an EC2 instance, and the metadata service gave no session token in time: its hop limit is probably 1, too few for a container",
				Fix:     fix,
				Where:   slices.Concat([]resolver.Evidence{sign}, instance.Where, s.Where),
			})
		}
	}
	return nil
}

// tokenLost reports whether a reason is one of package live for a request for a
// session token that stayed without an answer: nothing else was answered either,
// or only that there is nothing without a token. A refused token says so.
func tokenLost(reason string) bool {
	return strings.Contains(reason, "no answer in time") || strings.HasSuffix(reason, "answers with HTTP status 401")
}

// instanceID returns the id that Nitro instances show, or "ID".
func (v *view) instanceID() string {
	data, err := v.Host.ReadFile("/sys/devices/virtual/dmi/id/board_asset_tag", maxDMI)
	id := strings.TrimSpace(string(data))
	if err != nil || !regexp.MustCompile(`^i-[0-9a-f]{8,17}$`).MatchString(id) {
		return "ID"
	}
	return id
}

const kubernetesVar = "KUBERNETES_SERVICE_HOST"

// podIdentity is the command that gives a pod a role, with what the pod shows of
// itself.
func (v *view) podIdentity() string {
	namespace := "NAMESPACE"
	data, err := v.Host.ReadFile("/var/run/secrets/kubernetes.io/serviceaccount/namespace", maxDMI)
	if name := strings.TrimSpace(string(data)); err == nil && regexp.MustCompile(`^[a-z0-9-]{1,63}$`).MatchString(name) {
		namespace = name
	}
	return "aws eks create-pod-identity-association --cluster-name CLUSTER --namespace " + namespace +
		" --service-account ACCOUNT --role-arn ARN"
}

// nodeRole finds pods and ECS tasks without a role of their own, whose SDKs go
// on to that of the machine below them: a broader one, as a rule, and shared by
// all that runs there.
func nodeRole(v *view) []Warning {
	what, machine, fix := "pod", "node", v.podIdentity()+", or guard with awscred which --expect-not imds"
	sign := v.firstSet(kubernetesVar)
	if sign == "" {
		what, machine = "task", "instance"
		fix = "give the task definition a taskRoleArn, or guard with awscred which --expect-not imds"
		sign = v.firstSet("ECS_CONTAINER_METADATA_URI_V4", "ECS_CONTAINER_METADATA_URI")
	}
	if sign == "" || v.firstSet(relativeVar, fullURIVar, "AWS_WEB_IDENTITY_TOKEN_FILE") != "" {
		return nil
	}
	var o once
	for _, t := range v.Traces {
		w := t.Winner()
		if w == nil || w.Source != resolver.FromIMDS {
			continue
		}
		does := "the SDK would ask for"
		if w.Status == resolver.Usable {
			does = "the SDK uses"
		}
		o.addFor(t, Warning{
			Message: fmt.Sprintf("this %s has no role of its own: %s the role of its %s", what, does, machine),
			Fix:     fix,
			Where:   append(envs(sign), w.Where...),
		})
	}
	return o.named(v)
}

// silentFallback finds a source that was meant and gives nothing, so that the
// SDK goes on to the role of the instance without a word: another identity than
// was asked for.
func silentFallback(v *view) []Warning {
	var o once
	for _, t := range v.Traces {
		w := t.Winner()
		if w == nil || w.Source != resolver.FromIMDS || w.Profile != "" {
			continue
		}
		if _, ec2 := seeEC2(v.Host); !ec2 && w.Status != resolver.Usable {
			continue // where there is no instance there is no role to fall to
		}
		if meant, where := passedOver(t); meant != "" {
			o.addFor(t, Warning{
				Message: meant + ", and the SDK goes on to the role of the instance without a word",
				Fix:     "mend it or take it away; awscred which --expect-not imds tells of it",
				Where:   append(slices.Clone(where), w.Where...),
			})
		}
	}
	return o.named(v)
}

// passedOver says which source was meant to win and did not, or returns "".
func passedOver(t *resolver.Trace) (meant string, where []resolver.Evidence) {
	for s := range reached(t) {
		if s.Status != resolver.Partial && s.Status != resolver.Broken {
			continue
		}
		meant = "source " + string(s.Source)
		if s.Profile != "" {
			meant += fmt.Sprintf(" of profile %q", s.Profile)
		}
		return meant + " is " + string(s.Status), s.Where
	}
	switch t.Profile.By {
	case "":
		return "", nil
	case resolver.ByCode:
	default:
		where = envs(t.Profile.By)
	}
	return fmt.Sprintf("profile %q has no keys to give", t.Profile.Name), where
}
