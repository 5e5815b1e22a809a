// The judge of Terraform: asks hashicorp/aws-sdk-go-base for credentials as the
// AWS provider does, once a line of standard input. See package oracle.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/aws-sdk-go-base/v2/diag"
)

// question and reply are the lines of the protocol of package oracle.
type question struct {
	Env     map[string]string `json:"env"`
	Dir     string            `json:"dir"`
	Profile string            `json:"profile"`
	Key     string            `json:"key"`
}

type reply struct {
	Outcome  string `json:"outcome"`
	Provider string `json:"provider"`
	Key      string `json:"key"`
	Token    bool   `json:"token"`
	Error    string `json:"error"`
}

func main() {
	if err := judge(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func judge() error {
	scan := bufio.NewScanner(os.Stdin)
	scan.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for scan.Scan() {
		var q question
		if err := json.Unmarshal(scan.Bytes(), &q); err != nil {
			return err
		}
		if err := become(q); err != nil {
			return err
		}
		if err := out.Encode(ask(q)); err != nil {
			return err
		}
	}
	return scan.Err()
}

// become gives this process another environment and directory.
func become(q question) error {
	os.Clearenv()
	for name, value := range q.Env {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	// The SDK looks for its files once, when the process starts.
	config.DefaultSharedConfigFiles = []string{config.DefaultSharedConfigFilename()}
	config.DefaultSharedCredentialsFiles = []string{config.DefaultSharedCredentialsFilename()}
	return os.Chdir(q.Dir)
}

func ask(q question) reply {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	// The provider's own arguments, as they are without a provider block.
	c := awsbase.Config{
		Region:              os.Getenv("AWS_REGION"),
		Profile:             q.Profile,
		MaxRetries:          1,
		StsEndpoint:         os.Getenv("AWS_ENDPOINT_URL_STS"),
		SkipCredsValidation: true,
	}
	if q.Key != "" {
		c.AccessKey, c.SecretKey = q.Key, "x"
	}
	_, loaded, diags := awsbase.GetAwsConfig(ctx, &c)
	if diags.HasError() {
		return failed(text(diags))
	}
	v, err := loaded.Credentials.Retrieve(ctx)
	if err != nil {
		return failed(err.Error())
	}
	return reply{Outcome: "credentials", Provider: v.Source, Key: v.AccessKeyID, Token: v.SessionToken != ""}
}

func text(diags diag.Diagnostics) string {
	var b strings.Builder
	for _, d := range diags.Errors() {
		b.WriteString(d.Summary() + ": " + d.Detail() + "\n")
	}
	return b.String()
}

// failed tells the end of the chain from an error.
func failed(message string) reply {
	if strings.Contains(message, "no EC2 IMDS role found") {
		return reply{Outcome: "none", Error: message}
	}
	return reply{Outcome: "error", Error: message}
}
