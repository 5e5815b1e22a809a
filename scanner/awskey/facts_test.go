package awskey_test

import (
	"testing"
	"time"

	"github.com/awscred/awscred/internal/keytest"
	"github.com/awscred/awscred/scanner/awskey"
)

func TestCanary(t *testing.T) {
	for account, want := range map[string]string{
		"052310077262": awskey.Thinkst,
		"893192397702": awskey.Thinkst,
		"044858866125": awskey.OtherCanary,
		"982842642351": awskey.OtherCanary,
		"123456789012": awskey.NotACanary,
		"52310077262":  awskey.NotACanary, // a leading zero is part of the number
		"":             awskey.NotACanary,
	} {
		if got := awskey.CanaryOperator(account); got != want || awskey.Canary(account) != (want != "") {
			t.Errorf("account %q: %q, want %q", account, got, want)
		}
	}
	id, _ := awskey.ParseID(keytest.IDFor("052310077262", 1))
	if account, _ := id.Account(); !awskey.Canary(account) {
		t.Errorf("a key of account %q is a canary", account)
	}
}

func TestDead(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	temp, _ := awskey.ParseID(keytest.TempID(1))
	long, _ := awskey.ParseID(keytest.ID(1))
	tests := map[string]struct {
		id   awskey.ID
		seen time.Time
		want bool
	}{
		"a year ago":             {temp, now.AddDate(-1, 0, 0), true},
		"a second too long ago":  {temp, now.Add(-36*time.Hour - time.Second), true},
		"exactly 36 hours":       {temp, now.Add(-36 * time.Hour), false},
		"an hour ago":            {temp, now.Add(-time.Hour), false},
		"in the future":          {temp, now.Add(time.Hour), false},
		"time unknown":           {temp, time.Time{}, false},
		"long-term, a year ago":  {long, now.AddDate(-1, 0, 0), false},
		"no id":                  {awskey.ID{}, now.AddDate(-1, 0, 0), false},
		"other zone, a year ago": {temp, now.AddDate(-1, 0, 0).In(time.FixedZone("", 3600)), true},
	}
	for name, test := range tests {
		if got := awskey.Dead(test.id, test.seen, now); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestPartition(t *testing.T) {
	for in, want := range map[string]string{
		"us-east-1":                          "aws",
		"ap-southeast-2":                     "aws",
		"mx-central-1":                       "aws",
		"cn-north-1":                         "aws-cn",
		"us-gov-west-1":                      "aws-us-gov",
		"us-iso-east-1":                      "aws-iso",
		"us-isob-east-1":                     "aws-iso-b",
		"us-isof-south-1":                    "aws-iso-f",
		"eu-isoe-west-1":                     "aws-iso-e",
		"eusc-de-east-1":                     "aws-eusc",
		"arn:aws:iam::123456789012:role/x":   "aws",
		"arn:aws-cn:s3:::bucket":             "aws-cn",
		"arn:aws-us-gov:iam::123456789012:x": "aws-us-gov",
		"arn:awsome:s3:::bucket":             "",
		"arn:aws":                            "",
		"":                                   "",
		"us-east":                            "",
		"us-east-1a":                         "",
		"us-east-1-2":                        "",
		"us--1":                              "",
		"xx-east-1":                          "",
		"us-gov-1":                           "aws", // as the SDK's expression has it
		"US-EAST-1":                          "",
		"us-1-1":                             "",
		"de-xx-east-1":                       "",
	} {
		if got := awskey.Partition(in); got != want {
			t.Errorf("Partition(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRegions(t *testing.T) {
	seen := map[string]bool{}
	for _, region := range awskey.Regions() {
		if awskey.Partition(region) == "" || seen[region] {
			t.Errorf("%s: of partition %q, twice: %t", region, awskey.Partition(region), seen[region])
		}
		seen[region] = true
	}
	for _, region := range []string{"us-east-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"} {
		if !seen[region] {
			t.Errorf("%s is missing", region)
		}
	}
}
