using Npgsql;
using NpgsqlTypes;

namespace Crescent.Grains.Resources.Storage.Postgres;

/// <summary>
/// Commits share a type's epoch, a raise has it alone: the raise waits for every commit under way, and commits that come meanwhile wait
/// and read the raised epoch. An advisory lock, held until the end of the transaction and only in the server's memory; a lock on the row
/// would write to it at every commit. Whoever changes an epoch by hand takes it too.
/// </summary>
/// <remarks>What needs the epoch is a statement of its own after the lock, so that under read committed it sees what the lock waited for.</remarks>
internal static class EpochLock
{
    /// <summary>Names the type as <c>$1</c>.</summary>
    public const string Alone = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

    private const string Shared = "SELECT pg_advisory_xact_lock_shared(hashtextextended(type, 0)) FROM unnest($1) AS t (type)";

    public static NpgsqlBatchCommand Share(IEnumerable<string> types)
    {
        // Two commits of the same types take them in the same order, and so cannot wait for each other around a raise.
        var ordered = types.Order(StringComparer.Ordinal).ToArray();
        return new(Shared)
        {
            Parameters = { new NpgsqlParameter<string[]> { TypedValue = ordered, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text } },
        };
    }
}
