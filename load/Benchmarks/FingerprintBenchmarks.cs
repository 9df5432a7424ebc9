using System.Text;
using BenchmarkDotNet.Attributes;
using IdempotencyGateway.Core.Fingerprints;

namespace IdempotencyGateway.Benchmarks;

/// <summary>Fingerprints of one small request, in each form that a body can have.</summary>
public class FingerprintBenchmarks
{
    private static readonly FingerprintHasher Hasher = new(Samples.Secret);

    private static readonly byte[] Json = Encoding.UTF8.GetBytes("""
        {"workflow_id":"11111111-2222-3333-4444-555555555555","vendor_data":"user-17","callback":"https://example.org/done","contact_details":{"email":"a@example.org","phone":"+31600000000"},"expected_details":{"first_name":"Ada","last_name":"Lovelace","date_of_birth":"1815-12-10"},"language":"en"}
        """);

    private static readonly byte[] Form =
        "type=document&metadata%5Buser_id%5D=user-17&options%5Bdocument%5D%5Brequire_matching_selfie%5D=true&return_url=https%3A%2F%2Fexample.org%2Fdone"u8.ToArray();

    private static readonly byte[] Multipart = Encoding.UTF8.GetBytes(
        "--line\r\nContent-Disposition: form-data; name=\"applicant_id\"\r\n\r\n11111111-2222-3333-4444-555555555555\r\n"
        + "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n" + new string('x', 200) + "\r\n--line--\r\n");

    [Benchmark]
    public FingerprintResult OfRawBytes() => Compute("application/json", Json, BodyForm.Raw);

    [Benchmark]
    public FingerprintResult OfJson() => Compute("application/json", Json, BodyForm.Json);

    [Benchmark]
    public FingerprintResult OfForm() => Compute("application/x-www-form-urlencoded", Form, BodyForm.Form);

    [Benchmark]
    public FingerprintResult OfMultipart() => Compute("multipart/form-data; boundary=line", Multipart, BodyForm.Multipart);

    private static FingerprintResult Compute(string contentType, byte[] body, BodyForm form)
    {
        var result = Hasher.Compute(new() { Method = "POST", Path = "/v3/session/", ContentType = contentType, Body = body, Form = form });
        return result.Form == form ? result : throw new InvalidOperationException($"the sample was hashed as {result.Form}");
    }
}
