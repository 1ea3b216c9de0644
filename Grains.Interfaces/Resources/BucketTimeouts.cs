using System.Globalization;

namespace Crescent.Resources;

/// <summary>How long callers of a bucket wait, near or far.</summary>
internal static class BucketTimeouts
{
    /// <summary>
    /// For a read, which may be asked again. A call is lost when the silo it was forwarded to dies: the caller, who sent it to another one, does
    /// not hear of that.
    /// </summary>
    public const string ReadText = "00:00:04";

    /// <summary>For a write, whose outcome is then not known. Above what the write itself waits for its sequencer.</summary>
    public const string WriteText = "00:00:09";

    public static readonly TimeSpan Read = TimeSpan.Parse(ReadText, CultureInfo.InvariantCulture);

    public static readonly TimeSpan Write = TimeSpan.Parse(WriteText, CultureInfo.InvariantCulture);
}
