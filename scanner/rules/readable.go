package rules

// readable returns, for some of awscred's own rules, an expression of how such a
// secret stands in files that people know. Examples are made up of it in place of
// the rule's own expression, which admits much that nobody writes. The rule must
// find them all the same.
func readable(rule string) string {
	const (
		id     = `AKIA[A-Z2-7]{16}`
		signed = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=` + id + `%2F20260102%2Fus-east-1%2F`
		when   = `%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=`
		by     = `&X-Amz-SignedHeaders=host&X-Amz-Signature=[0-9a-f]{64}`
	)
	switch rule {
	case KeyIDRule:
		return `aws_access_key_id = ` + id
	case SplitKeyIDRule:
		return `id := "AKIA[A-Z2-7]{6}" \+ "[A-Z2-7]{10}"`
	case SecretKeyRule:
		return `aws_secret_access_key = [A-Za-z0-9/+]{40}`
	case SplitSecretRule:
		return `secretKey := "[A-Za-z0-9/+]{20}" \+ "[A-Za-z0-9/+]{20}"`
	case NearSecretRule, LoneSecretRule:
		return `x: "[A-Za-z0-9/+]{40}"`
	case SessionRule:
		return `aws_session_token = IQoJb3JpZ2luX2Vj[A-Za-z0-9/+]{200}`
	case PresignedRule:
		return `https://bucket\.s3\.amazonaws\.com/file\?` + signed + `s3` + when + `604800` + by
	case Presigned2Rule:
		return `https://bucket\.s3\.amazonaws\.com/file\?AWSAccessKeyId=` + id + `&Expires=1767323045&Signature=[A-Za-z0-9]{27}%3D`
	case DatabaseTokenRule:
		return `db\.cluster\.us-east-1\.rds\.amazonaws\.com:3306/\?Action=connect&DBUser=app&` + signed + `rds-db` + when + `900` + by
	}
	return ""
}
