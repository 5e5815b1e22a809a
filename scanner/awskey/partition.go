package awskey

import "strings"

// Partition returns the partition (aws, aws-cn, aws-us-gov, …) that a region
// name or an ARN belongs to, or "" if s is neither. A key works in its own
// partition only, and its id does not tell which that is, so text near the key
// is the one hint there is.
//
// The region prefixes are the regionRegex values of
// aws-sdk-go-v2@v1.47.8/internal/endpoints/awsrulesfn/partitions.json.
func Partition(s string) string {
	if rest, ok := strings.CutPrefix(s, "arn:"); ok {
		partition, _, found := strings.Cut(rest, ":")
		if found && isPartition(partition) {
			return partition
		}
		return ""
	}
	parts := strings.Split(s, "-")
	if !isRegion(parts) {
		return ""
	}
	return regionPartition(parts)
}

// Regions are the regions that the SDK for Go knows:
// aws-sdk-go-v2@v1.47.8/internal/endpoints/awsrulesfn/partitions.json.
func Regions() []string {
	return []string{
		"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
		"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
		"ca-central-1", "ca-west-1", "cn-north-1", "cn-northwest-1", "eu-central-1", "eu-central-2", "eu-isoe-west-1", "eu-north-1",
		"eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "eusc-de-east-1", "il-central-1", "me-central-1",
		"me-south-1", "me-west-1", "mx-central-1", "sa-east-1", "sa-west-1", "us-east-1", "us-east-2", "us-gov-east-1",
		"us-gov-west-1", "us-iso-east-1", "us-iso-west-1", "us-isob-east-1", "us-isob-west-1", "us-isof-east-1", "us-isof-south-1",
		"us-west-1", "us-west-2",
	}
}

func isPartition(s string) bool {
	switch s {
	case "aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov":
		return true
	}
	return false
}

// isRegion checks the form common to all regions: words, then a number.
func isRegion(parts []string) bool {
	if len(parts) < 3 {
		return false
	}
	for i, part := range parts {
		digits := strings.Trim(part, "0123456789") == ""
		if part == "" || digits != (i == len(parts)-1) || !wordClass().all(part) {
			return false
		}
	}
	return true
}

func regionPartition(parts []string) string {
	first, second := parts[0], parts[1]
	if len(parts) == 4 {
		switch first + "-" + second {
		case "us-gov":
			return "aws-us-gov"
		case "us-iso":
			return "aws-iso"
		case "us-isob":
			return "aws-iso-b"
		case "us-isof":
			return "aws-iso-f"
		case "eu-isoe":
			return "aws-iso-e"
		case "eusc-de":
			return "aws-eusc"
		}
		return ""
	}
	if len(parts) != 3 {
		return ""
	}
	switch first {
	case "us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx":
		return "aws"
	case "cn":
		return "aws-cn"
	}
	return ""
}
