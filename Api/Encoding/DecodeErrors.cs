using Crescent.Resources;

namespace Crescent.Api.Encoding;

/// <summary>Wording of undecodable bodies, as Kubernetes' transformDecodeError has it.</summary>
internal static class DecodeErrors
{
    private const int SummaryBytes = 30;

    /// <summary>No kind could be read from the body.</summary>
    public static ResourceError Unrecognized(string kind, string problem, ReadOnlySpan<byte> body) =>
        ResourceErrors.BadRequest($"the object provided is unrecognized (must be of type {kind}): {problem} ({Summarize(body)})");

    /// <summary>The body says what it is, but cannot be taken as that.</summary>
    public static ResourceError Unfit(string bodyKind, string bodyVersion, string kind, string problem) =>
        ResourceErrors.BadRequest($"{bodyKind} in version \"{bodyVersion}\" cannot be handled as a {kind}: {problem}");

    private static string Summarize(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return "<empty>";
        }

        var head = body.Length > SummaryBytes ? body[..SummaryBytes] : body;
        var text = body[0] == (byte)'{' ? System.Text.Encoding.UTF8.GetString(head) : Convert.ToHexStringLower(head);
        return body.Length > SummaryBytes ? $"{text} ..." : text;
    }
}
