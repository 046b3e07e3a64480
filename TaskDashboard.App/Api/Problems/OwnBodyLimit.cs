namespace TaskDashboard.App.Api.Problems;

/// <summary>Put on an endpoint that reads larger bodies than the others, and reads them piece by piece.</summary>
/// <param name="MaxBytes">How many bytes.</param>
/// <param name="Field">The field that a larger body is told of.</param>
/// <param name="Message">What is said then.</param>
internal sealed record OwnBodyLimit(long MaxBytes, string Field, string Message);
