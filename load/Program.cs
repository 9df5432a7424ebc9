using IdempotencyGateway.Load.Commands;

// list                lists scenarios and comparisons
// run NAME...         runs scenarios and checks their thresholds and execution counts
// compare [NAME...]   measures comparisons in alternating rounds and prints the ratios
// report FILE...      shows earlier reports
// serve WHAT          runs a baseline; the other commands start these processes themselves
return await LoadCommandLine.RunAsync(args, Console.Out, Console.Error);
