using Crescent.Api.Requests;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Streaming;

/// <summary>What an exec or attach asks for.</summary>
internal sealed record RemoteCommandRequest(bool Input, bool Output, bool Error, bool Tty)
{
    public static RemoteCommandRequest Read(IQueryCollection query)
    {
        var tty = query.Flag("tty");
        return new(query.Flag("stdin"), query.Flag("stdout"), query.Flag("stderr") && !tty, tty);
    }

    public ResourceError? Check() => Input || Output || Error
        ? null
        : ResourceErrors.BadRequest("you must specify at least 1 of stdin, stdout, stderr");

    /// <summary>The agent's names of the parameters: <c>stdin</c> is <c>input=1</c>, and so on.</summary>
    public QueryString ToAgent(IEnumerable<string?> command)
    {
        var result = QueryString.Empty;
        foreach (var word in command)
        {
            result = result.Add("command", word ?? string.Empty);
        }

        foreach (var (isAsked, name) in (ReadOnlySpan<(bool, string)>)[(Input, "input"), (Output, "output"), (Error, "error"), (Tty, "tty")])
        {
            if (isAsked)
            {
                result = result.Add(name, "1");
            }
        }

        return result;
    }
}
