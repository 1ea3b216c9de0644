using Crescent.Chaos.Faults;
using Crescent.Chaos.History;

namespace Crescent.Chaos.Running;

/// <summary>
/// How long clients of servers that were not hurt themselves were without service while another one was: the longest time from the start
/// of a request that failed (or was slow) to the end of the next one of the same client that succeeded at such a server.
/// </summary>
internal static class OutageMeter
{
    public static IEnumerable<Outage> Measure(
        IReadOnlyList<Operation> operations, IReadOnlyList<Operation> cached, FaultRecord fault, TimeProvider time)
    {
        if (fault.Servers is not { } hurt)
        {
            yield break;
        }

        var elsewhere = operations.Where(operation => hurt.Contains(operation.Server)).ToLookup(operation => operation.Client);
        foreach (var (name, counted) in new (string, IEnumerable<Operation>)[]
        {
            ("writes", operations.Where(operation => operation.IsWrite)),
            ("gets", operations.Where(operation => operation.Kind == OperationKind.Get)),
            ("lists", operations.Where(operation => operation.Kind == OperationKind.List)),
            ("cached lists", cached),
        })
        {
            var longest = counted
                .Where(operation => !hurt.Contains(operation.Server) && operation.Returned >= fault.Started && operation.Invoked <= fault.Ended)
                .GroupBy(operation => operation.Client)
                .Select(client => LongestOf([.. client.OrderBy(operation => operation.Invoked)], elsewhere[client.Key], time))
                .DefaultIfEmpty().MaxBy(gap => gap.Length);
            yield return new(
                fault.Name, name, longest.Length, longest.Requests is null ? TimeSpan.Zero : time.GetElapsedTime(fault.Started, longest.Requests[0].Invoked),
                Tell(longest.Requests ?? [], time));
        }
    }

    /// <param name="operations">Of one client, at servers that were not hurt.</param>
    /// <param name="elsewhere">Of the same client, at those that were: while it waited there it could not ask here.</param>
    /// <param name="time">Clock of both.</param>
    private static (TimeSpan Length, Operation[]? Requests) LongestOf(Operation[] operations, IEnumerable<Operation> elsewhere, TimeProvider time)
    {
        var longest = (Length: TimeSpan.Zero, Requests: (Operation[]?)null);
        var first = 0;
        for (var index = 0; index < operations.Length; index++)
        {
            if (operations[index].Outcome == OperationOutcome.Unknown)
            {
                continue;
            }

            var (from, to) = (operations[first].Invoked, operations[index].Returned);
            var took = time.GetElapsedTime(from, to);
            foreach (var other in elsewhere.Where(other => other.Invoked >= from && other.Returned <= to))
            {
                took -= time.GetElapsedTime(other.Invoked, other.Returned);
            }

            if (took > longest.Length)
            {
                longest = (took, operations[first..(index + 1)]);
            }

            first = index + 1;
        }

        return longest;
    }

    /// <summary>Such as <c>create o3 at server 2 8.1 s: 503 …</c>.</summary>
    private static string Tell(Operation[] operations, TimeProvider time) => string.Join("; ", operations.Take(12).Select(operation =>
        $"{operation.Kind} {operation.Name} at server {operation.Server + 1} {time.GetElapsedTime(operation.Invoked, operation.Returned).TotalSeconds:0.0} s"
            + (operation.Outcome == OperationOutcome.Unknown ? $": {operation.Problem}" : "")));
}
