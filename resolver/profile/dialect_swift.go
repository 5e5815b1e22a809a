package profile

// Swift is the dialect of the AWS SDK for Swift, which reads the files through
// the Common Runtime (aws-c-sdkutils@cb14fea3/source/aws_profile.c).
func Swift() *Dialect {
	d := CRT()
	d.Name = "swift"
	return d
}
