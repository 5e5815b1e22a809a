package verify

import "slices"

// A partition is a part of AWS with keys of its own, and the one host of it
// that is asked.
type partition struct {
	name, region, host string
}

// commercial is the partition of most keys.
const commercial = "aws"

// partitions are those whose STS stands on the public internet. The hosts are
// made of the regions and suffixes in
// aws-sdk-go-v2@v1.47.8/internal/endpoints/awsrulesfn/partitions.json.
func partitions() []partition {
	return []partition{
		{commercial, "us-east-1", "sts.us-east-1.amazonaws.com"},
		{"aws-cn", "cn-north-1", "sts.cn-north-1.amazonaws.com.cn"},
		{"aws-us-gov", "us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"},
		{"aws-eusc", "eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu"},
	}
}

// partitionsFor returns the partitions to ask about a key, in this order: those
// that the text around it names, then the commercial one. China and GovCloud
// are run by others, who learn of a key only if something points to them.
// beyond are named ones that cannot be asked.
func partitionsFor(hints []string) (ask []partition, beyond []string) {
	all := partitions()
	for _, name := range append(slices.Clone(hints), commercial) {
		i := slices.IndexFunc(all, func(p partition) bool { return p.name == name })
		switch {
		case i < 0:
			beyond = append(beyond, name)
		case !slices.Contains(ask, all[i]):
			ask = append(ask, all[i])
		}
	}
	return ask, beyond
}
