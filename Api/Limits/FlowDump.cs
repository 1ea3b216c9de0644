using System.Globalization;
using System.Text;
using Crescent.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Limits;

/// <summary>The tables of <see href="https://kubernetes.io/docs/reference/debug-cluster/flow-control/">/debug/api_priority_and_fairness</see>.</summary>
internal sealed class FlowDump(FlowLimiter limiter, TimeProvider time)
{
    public const string Root = "/debug/api_priority_and_fairness";

    public static bool Serves(string path) =>
        path is $"{Root}/dump_priority_levels" or $"{Root}/dump_queues" or $"{Root}/dump_requests";

    public Task HandleAsync(HttpContext context, string path)
    {
        var rows = path[(Root.Length + 1)..] switch
        {
            "dump_priority_levels" => Levels(),
            "dump_queues" => Queues(),
            _ => Requests(context.Request.Query.Text("includeRequestDetails").Length > 0),
        };
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(Align([.. rows]), context.RequestAborted);
    }

    private IEnumerable<string[]> Levels()
    {
        yield return
        [
            "PriorityLevelName", "ActiveQueues", "IsIdle", "IsQuiescing", "WaitingRequests", "ExecutingRequests", "DispatchedRequests",
            "RejectedRequests", "TimedoutRequests", "CancelledRequests",
        ];
        foreach (var level in limiter.Book.Levels)
        {
            var (state, tally) = (level.Observe(), level.Tally);
            yield return
            [
                level.Name, Text(state.Queues.Count(static queue => queue.Waiting.Count + queue.Executing > 0)),
                level.Waiting + level.Executing == 0 ? "true" : "false", "false", Text(level.Waiting), Text(level.Executing),
                Text(tally.Dispatched), Text(tally.Rejected), Text(tally.TimedOut), Text(tally.Cancelled),
            ];
        }
    }

    private IEnumerable<string[]> Queues()
    {
        yield return
        [
            "PriorityLevelName", "Index", "PendingRequests", "ExecutingRequests", "SeatsInUse", "NextDispatchR", "InitialSeatsSum", "MaxSeatsSum",
            "TotalWorkSum",
        ];
        foreach (var level in limiter.Book.Levels)
        {
            foreach (var queue in level.Observe().Queues)
            {
                // Every request takes one seat.
                yield return
                [
                    level.Name, Text(queue.Index), Text(queue.Waiting.Count), Text(queue.Executing), Text(queue.Executing), Seconds(queue.VirtualStart),
                    Text(queue.Waiting.Count), Text(queue.Waiting.Count), Seconds(queue.Waiting.Count * 0.003),
                ];
            }
        }
    }

    private IEnumerable<string[]> Requests(bool hasDetails)
    {
        string[] head =
        [
            "PriorityLevelName", "FlowSchemaName", "QueueIndex", "RequestIndexInQueue", "FlowDistingsher", "ArriveTime", "InitialSeats", "FinalSeats",
            "AdditionalLatency", "StartTime",
        ];
        yield return hasDetails ? [.. head, "UserName", "Verb", "APIPath", "Namespace", "Name", "APIVersion", "Resource", "SubResource"] : head;
        foreach (var level in limiter.Book.Levels)
        {
            var state = level.Observe();
            foreach (var turn in state.Executing.Reverse())
            {
                yield return Row(turn, -1, hasDetails);
            }

            foreach (var queue in state.Queues)
            {
                for (var index = 0; index < queue.Waiting.Count; index++)
                {
                    yield return Row(queue.Waiting[index], index, hasDetails);
                }
            }
        }
    }

    private string[] Row(Turn turn, int index, bool hasDetails)
    {
        var request = turn.Request;
        string[] row =
        [
            turn.Level.Name, turn.Schema.Name, Text(turn.Queue?.Index ?? -1), Text(index), turn.Schema.FlowOf(request), At(turn.Arrived), "1", "0", "0s",
            turn.Started > 0 ? At(turn.Started) : "<none>",
        ];
        var version = request.Group.Length > 0 ? $"{request.Group}/{request.Version}" : request.Version;
        return hasDetails
            ? [.. row, request.User.Name, request.Verb, request.Path, request.Namespace, request.Name, version, request.Resource, request.Subresource]
            : row;
    }

    private string At(long timestamp) =>
        (time.GetUtcNow() - time.GetElapsedTime(timestamp)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static string Seconds(double value) => value.ToString("0.00000000'ss'", CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Align(List<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length) + 2).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Length - 1; column++)
            {
                text.Append($"{row[column]},".PadRight(widths[column]));
            }

            text.Append(row[^1]).Append('\n');
        }

        return text.ToString();
    }
}
