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
