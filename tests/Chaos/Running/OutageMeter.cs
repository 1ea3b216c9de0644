using Crescent.Chaos.Faults;
using Crescent.Chaos.History;

namespace Crescent.Chaos.Running;

/// <summary>
/// How long clients of servers that were not hurt themselves were without service while another one was: the longest time from the start
/// of a request that failed (or was slow) to the end of the next one of the same client that succeeded at such a server.
/// </summary>
internal static class OutageMeter
{
    public static IEnumerable<Outage> Measure(IReadOnlyList<Operation> operations, FaultRecord fault, TimeProvider time)
    {
        if (fault.Servers is not { } hurt)
        {
            yield break;
        }

        foreach (var (name, isCounted) in new (string, Func<Operation, bool>)[]
        {
            ("writes", operation => operation.IsWrite),
            ("gets", operation => operation.Kind == OperationKind.Get),
            ("lists", operation => operation.Kind == OperationKind.List),
        })
        {
            var longest = operations
                .Where(operation => isCounted(operation) && !hurt.Contains(operation.Server)
                    && operation.Returned >= fault.Started && operation.Invoked <= fault.Ended)
                .GroupBy(operation => operation.Client)
                .Select(client => LongestOf([.. client.OrderBy(operation => operation.Invoked)], time))
                .DefaultIfEmpty().Max();
            yield return new(fault.Name, name, longest);
        }
    }

    private static TimeSpan LongestOf(Operation[] operations, TimeProvider time)
    {
        var longest = TimeSpan.Zero;
        long? since = null;
        foreach (var operation in operations)
        {
            since ??= operation.Invoked;
            if (operation.Outcome == OperationOutcome.Unknown)
            {
                continue;
            }

            var took = time.GetElapsedTime(since.Value, operation.Returned);
            longest = took > longest ? took : longest;
            since = null;
        }

        return longest;
    }
}
