using System.Diagnostics;
using System.Globalization;

namespace Crescent.Grains.Resources;

/// <summary>
/// Lets a silo die as from kill -9 at a named point of a write, so that each row of the crash table can be tried on purpose:
/// <c>CRESCENT_CRASH_POINT=NAME[:n]</c> kills at the n-th time the point is reached. Off by default; then the compiler removes the calls.
/// </summary>
internal static class CrashPoint
{
    /// <summary>A batch is about to ask for versions.</summary>
    public const string Reserve = "reserve";

    /// <summary>Versions are reserved, the transaction has not begun.</summary>
    public const string Commit = "commit";

    /// <summary>The transaction is durable and nobody has been told.</summary>
    public const string Committed = "committed";

    /// <summary>The sequencer has published, the client has no answer yet.</summary>
    public const string Published = "published";

    /// <summary>A starting sequencer has raised the epoch and read nothing yet.</summary>
    public const string SequencerStart = "sequencer-start";

    /// <summary>The sequencer has handed out versions and not said so.</summary>
    public const string SequencerReserved = "sequencer-reserved";

    /// <summary>The sequencer's frontier has moved, neither writer nor caches know.</summary>
    public const string SequencerPublished = "sequencer-published";

    /// <summary>The sequencer has raised the epoch to settle and has not read the rows.</summary>
    public const string Settle = "settle";

    /// <summary>SQLite: rows are written, the transaction is open.</summary>
    public const string SqliteCommit = "sqlite-commit";

    private static readonly string? Name;
    private static int _left;

    static CrashPoint()
    {
        if (Environment.GetEnvironmentVariable("CRESCENT_CRASH_POINT") is { Length: > 0 } text)
        {
            var parts = text.Split(':');
            Name = parts[0];
            _left = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
        }
    }

    /// <summary>Whether this process is to die somewhere.</summary>
    private static bool IsArmed => Name is not null;

    public static void Reach(string name)
    {
        if (IsArmed && name == Name && Interlocked.Decrement(ref _left) == 0)
        {
            Console.Error.WriteLine($"crash point {name}");
            Process.GetCurrentProcess().Kill();
            new ManualResetEvent(initialState: false).WaitOne();
        }
    }
}
