package profile

// Kotlin is the dialect of the AWS SDK for Kotlin, the same as that of Java v2
// (aws-runtime/aws-config/common/src/aws/sdk/kotlin/runtime/config/profile/AwsConfigParser.kt@05ea93b9).
func Kotlin() *Dialect {
	d := JavaV2()
	d.Name = "kotlin"
	return d
}
