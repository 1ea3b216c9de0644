namespace Crescent.Cel;

/// <param name="Error">Empty when the question could be answered.</param>
public sealed record AccessAnswer(bool IsAllowed, string Reason = "", string Error = "");
